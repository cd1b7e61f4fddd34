"""The jobs of the story: which tables they read and write, and who answers for them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from pandas import DataFrame

from recording import generate
from recording import tables as t
from recording.events import Column, Emitter, Step
from recording.tables import Place, Table


def commit(text: str) -> str:
    """A stand-in for the git commit of some code: the same for the same text."""
    return hashlib.sha1(text.encode()).hexdigest()


def _step(name: str, description: str, team: str, kind: str, **columns: list[Column]) -> Step:
    return Step(name, description, team, kind, commit(name), columns)


def _same(place: Place, *names: str) -> dict[str, list[Column]]:
    return {name: [Column(place, name)] for name in names}


INGEST_SUBSCRIBERS = _step(
    "ingest_subscribers", "Copies the subscribers table to the lake.", "data-platform", "ETL"
)
INGEST_PLAYBACK = _step(
    "ingest_playback", "Writes playback events of 28 days to the lake.", "data-platform", "ETL"
)
INGEST_IMPRESSIONS = _step(
    "ingest_impressions", "Writes home page impressions to the lake.", "data-platform", "ETL"
)
INGEST_BUREAU = _step(
    "ingest_bureau_scores", "Loads the weekly file of the credit bureau.", "payments", "ETL"
)
INGEST_INSTALMENTS = _step(
    "ingest_instalments", "Copies instalment applications to the lake.", "payments", "ETL"
)
CLEAN_SUBSCRIBERS = _step(
    "clean_subscribers",
    "Replaces direct identifiers: hashes the e-mail address, turns birth year into age.",
    "data-platform",
    "ETL",
    email_hash=[Column(t.RAW_SUBSCRIBERS, "email", masking=True)],
    age=[Column(t.RAW_SUBSCRIBERS, "birth_year")],
    **_same(t.RAW_SUBSCRIBERS, "subscriber_id", "plan", "monthly_price", "tenure_months"),
)
CLEAN_PLAYBACK = _step("clean_playback", "Drops sessions below a minute.", "data-platform", "ETL")
BUILD_FEATURES = _step(
    "build_subscriber_features",
    "Computes what each subscriber watched in the last 28 days.",
    "retention-ml",
    "MATERIALISATION",
    **_same(t.SUBSCRIBERS, "subscriber_id", "age", "monthly_price", "tenure_months"),
    hours_28d=[Column(t.PLAYBACK, "minutes")],
    sessions_28d=[Column(t.PLAYBACK, "minutes")],
    completion_rate_28d=[Column(t.PLAYBACK, "completed")],
    days_since_watch=[Column(t.PLAYBACK, "days_ago")],
)
SPLIT_CHURN = _step(
    "split_churn_examples", "Splits churn examples for training and test.", "retention-ml", "SPLIT"
)
BUILD_RANKING = _step(
    "build_ranking_examples",
    "Joins impressions with title statistics and splits them for training and test.",
    "discovery-ml",
    "SPLIT",
)
BUILD_CREDIT = _step(
    "build_credit_examples",
    "Joins applications with bureau scores and splits them for training and test.",
    "payments-ml",
    "SPLIT",
)
SCORE_CHURN = _step(
    "score_churn",
    "Scores every subscriber with the champion of the churn model.",
    "retention-ml",
    "BATCH_INFERENCE",
)


@dataclass(frozen=True)
class Snapshot:
    """The tables that one week's runs wrote and that models are trained on and scored with."""

    features: Table
    churn: tuple[Table, Table]
    ranking: tuple[Table, Table]
    credit: tuple[Table, Table]


def weekly(emitter: Emitter, week: int, start: datetime) -> Snapshot:
    """Run all weekly jobs, one after the other."""
    people, sessions = _clean(emitter, week, start)
    later = start.replace(hour=start.hour + 2)
    ranking, credit = _examples(emitter, week, later, people, sessions)
    rows = generate.weekly_features(people.data(), sessions.data(), week)
    features = Table(t.FEATURES, rows)
    end = start.replace(hour=start.hour + 3)
    end = emitter.run(BUILD_FEATURES, end, [people, sessions], [features])
    churn = _halves(t.CHURN_TRAIN, t.CHURN_TEST, rows)
    emitter.run(SPLIT_CHURN, end, [features], list(churn))
    return Snapshot(features, churn, ranking, credit)


def _clean(emitter: Emitter, week: int, start: datetime) -> tuple[Table, Table]:
    raw_people = Table(t.RAW_SUBSCRIBERS, generate.subscribers(week))
    raw_sessions = Table(t.RAW_PLAYBACK, generate.playback(week))
    people = Table(t.SUBSCRIBERS, generate.clean_subscribers(raw_people.data()))
    sessions = Table(t.PLAYBACK, generate.clean_playback(raw_sessions.data()))
    end = emitter.run(INGEST_SUBSCRIBERS, start, [Table(t.CRM)], [raw_people])
    end = emitter.run(INGEST_PLAYBACK, end, [Table(t.PLAYBACK_TOPIC)], [raw_sessions])
    end = emitter.run(CLEAN_SUBSCRIBERS, end, [raw_people], [people])
    emitter.run(CLEAN_PLAYBACK, end, [raw_sessions], [sessions])
    return people, sessions


def _examples(
    emitter: Emitter, week: int, start: datetime, people: Table, sessions: Table
) -> tuple[tuple[Table, Table], tuple[Table, Table]]:
    shown = Table(t.RAW_IMPRESSIONS, generate.impressions(week))
    scores = Table(t.RAW_BUREAU, generate.bureau_scores(week))
    applications = Table(t.RAW_INSTALMENTS, generate.instalments(week))
    ranking = _halves(
        t.RANKING_TRAIN,
        t.RANKING_TEST,
        generate.ranking_examples(shown.data(), sessions.data()),
    )
    credit = _halves(
        t.CREDIT_TRAIN,
        t.CREDIT_TEST,
        generate.credit_examples(people.data(), scores.data(), applications.data(), week),
    )
    end = emitter.run(INGEST_IMPRESSIONS, start, [Table(t.IMPRESSIONS_TOPIC)], [shown])
    end = emitter.run(INGEST_BUREAU, end, [Table(t.BUREAU_DROP)], [scores])
    end = emitter.run(INGEST_INSTALMENTS, end, [Table(t.BILLING)], [applications])
    end = emitter.run(BUILD_RANKING, end, [shown, sessions], list(ranking))
    emitter.run(BUILD_CREDIT, end, [people, scores, applications], list(credit))
    return ranking, credit


def _halves(train: Place, test: Place, examples: DataFrame) -> tuple[Table, Table]:
    first, second = generate.split(examples)
    return Table(train, first), Table(test, second)
