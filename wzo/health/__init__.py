"""Health: one list of what is wrong with the site, and how to fix it.

`checks.py` collects the findings of the modules of checks: `database`, `keys`, `worker` (with the clock), `jobs`,
`mail`, `storage`, `backups`, `site_headers`, `security_contact`, `initial_content`, `petitions`, `operator`. The panel,
`flask doctor`, `/readyz`, `/metrics` and the alarms all show these findings and no others; the panel alone also shows
those of `EDITORS_CHECKS`, which only editors can fix: all of `content` and `donations`, and some of `mail` and
`petitions`.
"""
