"""Health: one list of what is wrong with the site and what to do about it.

`checks.py` puts together what the modules of checks find: `database`, `keys`, `worker` (with the clock), `jobs`,
`mail`, `storage`, `site_headers`, `initial_content`, `petitions`, `operator`, and what only editors can mend:
`content`, `donations`. The panel, `flask doctor`, `/readyz`, `/metrics` and the alarms all show these
findings and no others.
"""
