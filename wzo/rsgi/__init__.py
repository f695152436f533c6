"""The site behind granian, the web server, which calls it through RSGI (Rust Server Gateway Interface).

Requests are read and responses sent in an event loop; a thread runs Flask once a request is here to its last byte. So
a client that sends or reads slowly holds a connection, and no thread.
"""
