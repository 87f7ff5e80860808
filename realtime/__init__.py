"""Sockets, rooms, protocol. No business rules and no tables; calls the selectors and services of documents."""
