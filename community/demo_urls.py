"""Pages of the demo alone: the mails it would have sent."""

urlpatterns: list = []
