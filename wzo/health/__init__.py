"""Health: one list of what is wrong with the site, and how to fix it.

`checks.py` collects the findings of the modules of checks: `database`, `keys`, `worker` (with the clock), `jobs`,
`mail`, `storage`, `site_headers`, `initial_content`, `petitions`, `operator`; and, of problems that only editors can
fix, `content` and `donations`. The panel, `flask doctor`, `/readyz`, `/metrics` and the alarms all show these
findings and no others.
"""
