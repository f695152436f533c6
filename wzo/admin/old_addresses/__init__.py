"""Old addresses in the panel."""
