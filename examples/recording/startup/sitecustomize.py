"""Run by Python at the start of every process of the MLflow server (see ``recording.clock``)."""

from recording.clock import install

install()
