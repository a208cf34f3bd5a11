"""Criteria, responses, evidence links, submissions, decisions, versions."""
