"""Tables of the story's data lake: rows, and names as OpenLineage and MLflow give them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import mlflow.data
from mlflow.data.pandas_dataset import PandasDataset
from pandas import DataFrame

LAKE = "s3://lake"


@dataclass(frozen=True)
class Place:
    """Where a table is kept, who answers for it, and which of its columns are personal data."""

    name: str
    description: str
    team: str
    namespace: str = LAKE
    personal: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """The rows of a place at one moment; ``None`` for a live system that keeps no versions."""

    place: Place
    rows: DataFrame | None = None

    def data(self) -> DataFrame:
        """The rows; raises ValueError for a live system."""
        if self.rows is None:
            raise ValueError(f"{self.place.name} keeps no versions")
        return self.rows

    def dataset(self) -> PandasDataset:
        """The table as MLflow sees it: a source address, a name and a digest of the rows."""
        place = self.place
        return mlflow.data.from_pandas(
            self.data(),
            source=f"{place.namespace}/{place.name}",
            name=place.name.replace("/", "_"),
        )

    @property
    def digest(self) -> str:
        """The version of the table: the digest that MLflow computes of its rows."""
        return str(self.dataset().digest)


CRM = Place(
    "crm.public.subscribers",
    "Subscribers as customer care sees them.",
    "customer-care",
    "postgres://crm:5432",
    {"email": "EmailAddress", "birth_year": "Age"},
)
PLAYBACK_TOPIC = Place(
    "playback", "Every start and stop of a stream.", "playback", "kafka://events:9092"
)
IMPRESSIONS_TOPIC = Place(
    "impressions", "Every row of titles shown on a home page.", "playback", "kafka://events:9092"
)
BILLING = Place(
    "billing.public.instalments",
    "Instalment contracts as billing sees them.",
    "payments",
    "postgres://billing:5432",
)
BUREAU_DROP = Place(
    "scores", "Weekly file drop of the credit bureau.", "payments", "s3://bureau-drop"
)
RAW_SUBSCRIBERS = Place(
    "raw/subscribers",
    "Weekly copy of the subscribers table.",
    "data-platform",
    personal={"email": "EmailAddress", "birth_year": "Age"},
)
RAW_PLAYBACK = Place("raw/playback", "Playback sessions of the last 28 days.", "data-platform")
RAW_IMPRESSIONS = Place(
    "raw/impressions", "Titles shown on the home page, and what was clicked.", "data-platform"
)
RAW_BUREAU = Place(
    "raw/bureau_scores_v1",
    "Credit bureau scores in the format that the bureau is withdrawing.",
    "payments",
    personal={"bureau_score": "CreditScore"},
)
RAW_INSTALMENTS = Place(
    "raw/instalments",
    "Applications to buy a device in instalments, with the outcome of past ones.",
    "payments",
    personal={"income": "Income"},
)
SUBSCRIBERS = Place(
    "clean/subscribers",
    "Subscribers without direct identifiers: the e-mail address is a keyed hash.",
    "data-platform",
    personal={"age": "Age"},
)
PLAYBACK = Place("clean/playback", "Playback sessions of a minute or more.", "data-platform")
FEATURES = Place(
    "features/subscriber_weekly",
    "What each subscriber watched in the last 28 days, with plan and tenure.",
    "retention-ml",
    personal={"age": "Age"},
)
CHURN_TRAIN = Place("churn/train", "Training part of the churn examples.", "retention-ml")
CHURN_TEST = Place("churn/test", "Test part of the churn examples.", "retention-ml")
RANKING_TRAIN = Place("ranking/train", "Training part of the home page examples.", "discovery-ml")
RANKING_TEST = Place("ranking/test", "Test part of the home page examples.", "discovery-ml")
CREDIT_TRAIN = Place(
    "credit/train",
    "Training part of the instalment examples.",
    "payments-ml",
    personal={"bureau_score": "CreditScore", "income": "Income"},
)
CREDIT_TEST = Place(
    "credit/test",
    "Test part of the instalment examples.",
    "payments-ml",
    personal={"bureau_score": "CreditScore", "income": "Income"},
)
CHURN_PREDICTIONS = Place(
    "predictions/churn", "Churn probability of each subscriber, every night.", "retention-ml"
)
