"""Generated rows with fixed seeds, and the transformations that pipelines of the story apply."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd
from pandas import DataFrame, Series

_SUBSCRIBERS = 400
_SALT = "rotated-weekly"
_PLANS = {"basic": 5.99, "standard": 9.99, "family": 14.99}


def subscribers(week: int) -> DataFrame:
    """The customer table; it grows from week to week and never changes a row."""
    size = _SUBSCRIBERS + 5 * week
    random = np.random.default_rng(1)
    plan = random.choice(list(_PLANS), _SUBSCRIBERS * 2)[:size]
    return DataFrame({
        "subscriber_id": np.arange(1, size + 1),
        "email": [f"subscriber{n}@mail.example" for n in range(1, size + 1)],
        "birth_year": random.integers(1945, 2008, _SUBSCRIBERS * 2)[:size],
        "plan": plan,
        "monthly_price": [_PLANS[name] for name in plan],
        "tenure_months": random.integers(1, 72, _SUBSCRIBERS * 2)[:size],
    })  # fmt: skip


def playback(week: int) -> DataFrame:
    """Sessions of four weeks; subscribers differ in how much they watch."""
    random = np.random.default_rng(100 + week)
    people = np.arange(1, _SUBSCRIBERS + 5 * week + 1)
    sessions = random.poisson(1 + people % 7)
    owner = np.repeat(people, sessions)
    return DataFrame({
        "subscriber_id": owner,
        "title_id": random.integers(1, 200, owner.size),
        "minutes": random.gamma(0.9, 50.0, owner.size).round(1),
        "days_ago": random.integers(0, 28, owner.size),
        "completed": random.integers(0, 2, owner.size),
    })  # fmt: skip


def impressions(week: int) -> DataFrame:
    """Titles shown on the home page; people click near the top and at the left of a row."""
    random = np.random.default_rng(200 + week)
    size = 1500
    position = random.integers(1, 21, size)
    title = random.integers(1, 200, size)
    appeal = 1.2 - 0.06 * position - 1.4 * (position % 7 > 3)
    clicked = random.random(size) < 1 / (1 + np.exp(-appeal))
    return DataFrame({
        "subscriber_id": random.integers(1, _SUBSCRIBERS, size),
        "title_id": title,
        "position": position,
        "clicked": clicked.astype(int),
    })  # fmt: skip


def bureau_scores(week: int) -> DataFrame:
    """One score for each subscriber who ever asked for instalments."""
    random = np.random.default_rng(300 + week)
    people = np.arange(1, _SUBSCRIBERS + 5 * week + 1)
    return DataFrame({
        "subscriber_id": people,
        "bureau_score": random.normal(600, 80, people.size).round().astype(int),
    })  # fmt: skip


def instalments(week: int) -> DataFrame:
    """Past applications and whether the instalments were paid."""
    random = np.random.default_rng(400 + week)
    people = np.arange(1, _SUBSCRIBERS + 5 * week + 1)
    return DataFrame({
        "subscriber_id": people,
        "income": random.lognormal(7.8, 0.4, people.size).round(),
        "instalment": random.choice([9.0, 19.0, 29.0], people.size),
    })  # fmt: skip


def clean_subscribers(raw: DataFrame) -> DataFrame:
    """Hash the e-mail address and replace the year of birth by the age."""
    clean = raw.drop(columns=["email", "birth_year"])
    clean.insert(1, "email_hash", raw["email"].map(_hash))
    clean.insert(2, "age", 2026 - raw["birth_year"])
    return clean


def clean_playback(raw: DataFrame) -> DataFrame:
    """Drop sessions below a minute."""
    return raw[raw["minutes"] >= 1].reset_index(drop=True)


def weekly_features(people: DataFrame, sessions: DataFrame, week: int) -> DataFrame:
    """What each subscriber watched, and whether they left in the four weeks after."""
    watched = sessions.groupby("subscriber_id").agg(
        hours_28d=("minutes", lambda minutes: round(minutes.sum() / 60, 2)),
        sessions_28d=("minutes", "size"),
        completion_rate_28d=("completed", lambda done: round(done.mean(), 3)),
        days_since_watch=("days_ago", "min"),
    )
    idle = {"hours_28d": 0.0, "sessions_28d": 0, "completion_rate_28d": 0.0, "days_since_watch": 28}
    columns = ["subscriber_id", "age", "monthly_price", "tenure_months"]
    features = people[columns].join(watched, on="subscriber_id").fillna(idle)
    leaning = (
        0.09 * features["days_since_watch"]
        - 0.25 * features["hours_28d"]
        - 0.02 * features["tenure_months"]
        + 0.05 * features["monthly_price"]
    )
    features["churned"] = _happens(leaning, seed=8500 + week)
    return features


def ranking_examples(shown: DataFrame, sessions: DataFrame) -> DataFrame:
    """Impressions with how popular and how often finished the title was."""
    titles = sessions.groupby("title_id").agg(
        plays_28d=("minutes", "size"),
        completion_rate_28d=("completed", lambda done: round(done.mean(), 3)),
    )
    joined = shown.join(titles, on="title_id").fillna(0.0)
    return joined[["position", "plays_28d", "completion_rate_28d", "clicked"]]


def credit_examples(
    people: DataFrame, scores: DataFrame, applications: DataFrame, week: int
) -> DataFrame:
    """Applications with score and tenure, and whether payment failed."""
    joined = applications.merge(scores, on="subscriber_id").merge(
        people[["subscriber_id", "tenure_months"]], on="subscriber_id"
    )
    leaning = (
        0.04 * joined["instalment"] - 0.01 * joined["bureau_score"] - 0.0005 * joined["income"]
    )
    joined["defaulted"] = _happens(leaning, seed=4600 + week)
    return joined.drop(columns="subscriber_id")


def split(examples: DataFrame) -> tuple[DataFrame, DataFrame]:
    """Four fifths for training and the rest for testing, by row number."""
    test = np.arange(len(examples)) % 5 == 0
    return examples[~test].reset_index(drop=True), examples[test].reset_index(drop=True)


def _happens(leaning: Series, seed: int) -> Series:
    """Whether something happens, more likely where the leaning is above its mean."""
    chance = 1 / (1 + np.exp(-(leaning - leaning.mean()) * 1.5))
    return pd.Series(np.random.default_rng(seed).random(len(leaning)) < chance).astype(int)


def _hash(text: str) -> str:
    return hashlib.sha256(f"{_SALT}{text}".encode()).hexdigest()[:16]
