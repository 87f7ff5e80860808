"""What documents put on a person's list of work: comments to answer."""

from django.urls import reverse
