"""The audit: everything anyone can check of an election, from its public files alone."""

from urne.flows.audit.checks import CHECKS, UNSEEN
from urne.flows.audit.question import GivenKeys, Question
from urne.flows.audit.report import FAILED, NOT_CHECKED, PASSED, Report, Result
from urne.flows.audit.run import audit

__all__ = [
    "CHECKS",
    "FAILED",
    "NOT_CHECKED",
    "PASSED",
    "UNSEEN",
    "GivenKeys",
    "Question",
    "Report",
    "Result",
    "audit",
]
