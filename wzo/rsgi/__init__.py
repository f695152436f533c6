"""The site as the web server calls it, by RSGI, granian's protocol.

Requests are read and responses sent in an event loop; a thread runs Flask once a request is here to its last byte. So
a client that sends or reads slowly holds a connection, and no thread.
"""
