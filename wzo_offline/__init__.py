"""The organisers' own tools: they open the export of the signatures, and send a newsletter to those who asked for it.

The organisers run them on their own computer. The folder needs Python and PyNaCl, and nothing of the site: it can be
copied to a USB stick and run from there: `python3 -m wzo_offline.unseal`, `python3 -m wzo_offline.mail_signers`.
"""
