"""Tests of date phrases."""
