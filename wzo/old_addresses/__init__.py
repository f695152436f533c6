"""Addresses of the group's earlier site that lead to pages of this one."""
