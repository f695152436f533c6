"""How to reach the group: its mailbox and its public key."""
