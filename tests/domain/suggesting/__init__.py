"""Tests of claimkb.domain.suggesting."""
