"""Old addresses: redirects from the group's earlier site to pages of this one."""
