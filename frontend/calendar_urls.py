"""Addresses of calendars for other programs (namespace `calendars`)."""

from django.urls import path

from frontend.views import calendars

app_name = "calendars"
urlpatterns = [
    path("processes/<uuid:process_id>/calendar.ics", calendars.process_calendar, name="process"),
    path("calendars/renew/", calendars.calendar_renew, name="renew"),
    path("calendars/withdraw/", calendars.calendar_withdraw, name="withdraw"),
    path("calendars/<slug:secret>/mine.ics", calendars.own_calendar, name="mine"),
    path(
        "calendars/<slug:secret>/<uuid:process_id>.ics",
        calendars.own_process_calendar,
        name="own-process",
    ),
]
