"""Measurements: seeded data, ratios against peers in one run; nothing here is a test."""
