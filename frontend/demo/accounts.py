"""The demo's accounts: one password for all, public on purpose."""

DEMO_PASSWORD = "koprade-demo"  # noqa: S105 - printed by `make demo`; the demo listens on loopback only
ACCOUNTS = {
    "coordinator@demo.example": "answers comments, invites, steers the process",
    "facilitator@demo.example": "chooses interlinkers, runs the sessions",
    "coauthor@demo.example": "writes the text (an NGO)",
    "citizen@demo.example": "reads and comments",
}


def demo_notice(url: str) -> str:
    """Return what `make demo` prints when the server is up."""
    width = max(map(len, ACCOUNTS))
    accounts = "\n".join(f"    {email:<{width}}  {what}" for email, what in ACCOUNTS.items())
    return (
        "\n  This is a demo: everybody can know its password. It listens on this machine alone.\n\n"
        f"{accounts}\n\n    password for all: {DEMO_PASSWORD}\n"
        f"    mails it would have sent: {url}/demo/mails/\n\n"
    )
