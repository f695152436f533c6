"""Endpoints for machines: whether the process runs, whether the site is ready, and its metrics."""

import hmac
import time

from flask import Blueprint, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from wzo.config import settings
from wzo.health.checks import find_problems, is_ready
from wzo.health.findings import Finding
from wzo.health.metrics import render_metrics
from wzo.i18n import in_language

# In seconds: requests ask the database at most once in this time.
LIFETIME = 5.0
TEXT = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}
PROMETHEUS = {**TEXT, "Content-Type": "text/plain; version=0.0.4; charset=utf-8"}

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def healthz() -> ResponseReturnValue:
    """Confirm that the web process runs, without using the database."""
    return "ok\n", TEXT


@bp.get("/readyz")
def readyz() -> ResponseReturnValue:
    """Whether the site does its work: 200 or 503, and the keys of what was found; with the token, what to do, too."""
    findings = _problems()
    ready = is_ready(findings)
    reported: list[object] = [it.key for it in findings]
    if _has_token():
        with in_language("en"):
            reported = [
                {"key": it.key, "severity": it.severity, "title": it.title, "remedy": it.remedy} for it in findings
            ]
    response = jsonify(status="ready" if ready else "not ready", findings=reported)
    response.status_code = 200 if ready else 503
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/metrics")
def metrics() -> ResponseReturnValue:
    """The figures of the site for Prometheus; nothing in them is about one visitor."""
    if settings().metrics_token is None:
        return "Set METRICS_TOKEN to read the metrics.\n", 404, TEXT
    if not _has_token():
        return "Wrong token.\n", 401, {**TEXT, "WWW-Authenticate": "Bearer"}
    return render_metrics(_problems()), PROMETHEUS


def _has_token() -> bool:
    """Whether the request has METRICS_TOKEN."""
    token = settings().metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").encode()
    return token is not None and hmac.compare_digest(given, token.encode())


def _problems() -> list[Finding]:
    """The problems of the site, checked every few seconds at most, however many requests ask."""
    checked_at, findings = current_app.extensions.get("problems", (-LIFETIME, []))
    if time.monotonic() - checked_at >= LIFETIME:
        findings = find_problems()
        current_app.extensions["problems"] = (time.monotonic(), findings)
    found: list[Finding] = findings
    return found
