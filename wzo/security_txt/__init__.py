"""security.txt: where to report a vulnerability (RFC 9116)."""
