"""Account pages besides allauth: sign-in links, settings."""

urlpatterns: list = []
