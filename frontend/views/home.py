"""The start page, and what is asked of me."""

from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import trigger_client_event

from cocreation.kernel import clock
from community.selectors import notifications_for, notifications_unread_count
from community.services.notifications import notifications_read
from documents.selectors.answers import answer_numbers
from documents.selectors.listing import documents_visible_to
from frontend.presenters.example import answered_example
from frontend.presenters.news import news_shown
from frontend.presenters.process_cards import with_card_facts
from frontend.presenters.work_groups import PEOPLE_WAIT, work_groups
from processes.models import ProcessStatus
from processes.selectors.processes import processes_visible_to
from processes.selectors.stories import stories_list
from processes.selectors.work import my_work

PROCESSES = 12
CARDS = 6
BELL_ROWS = 5
STORIES = 3
WORK_ROWS = 5


def _work(request: HttpRequest) -> list:
    """Return what is asked of me: what is late or due today, then what people wait for, then by date."""
    today = clock.today()

    def place(item) -> int:
        if item.due_on and item.due_on <= today and item.kind == "task":
            return 0
        return 1 if item.kind in PEOPLE_WAIT else 2

    return sorted(my_work(request.user), key=place)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this is, what is open, how a comment becomes words; for people who are signed in, their work first."""
    open_now = processes_visible_to(AnonymousUser(), status=ProcessStatus.IN_PROGRESS)
    context = {
        "cards": with_card_facts(open_now)[:CARDS],
        "example": answered_example(),
        "numbers": answer_numbers(documents_visible_to(AnonymousUser())),
        "work": _work(request)[:WORK_ROWS],
        "stories": stories_list()[:STORIES],
    }
    return render(request, "home/home.html", context)


@never_cache
@login_required
@require_safe
def my_work_page(request: HttpRequest) -> HttpResponse:
    """What is asked of me, grouped by when it is due; below it what changed since I was there, process by process."""
    mine = processes_visible_to(request.user, mine=True)
    processes = list(with_card_facts(mine)[:PROCESSES])
    news = news_shown(request.user, processes)
    context = {
        "area": "my-work",
        "work": work_groups(my_work(request.user)),
        "news": notifications_for(request.user)[:8],
        "since": [
            {"process": process, "news": news[process.pk]}
            for process in processes
            if process.pk in news
        ],
        "processes": processes,
    }
    return render(request, "home/my_work.html", context)


@never_cache
@require_safe
def notifications_unread(request: HttpRequest) -> HttpResponse:
    """The small number beside the bell."""
    context = {"unread_count": notifications_unread_count(request.user)}
    return render(request, "components/_unread.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def notifications_bell(request: HttpRequest) -> HttpResponse:
    """What the bell opens: the newest few, and ways on. Posted by a bell that is open: what it shows is read then."""
    rows = list(notifications_for(request.user)[:BELL_ROWS])
    count = 0
    if request.method == "POST":
        count = notifications_read(actor=request.user, notifications=rows)
    context = {
        # As they were: what is new now is still called so.
        "rows": rows,
        "unread_count": notifications_unread_count(request.user),
        "here": urlsplit(request.headers.get("HX-Current-URL", "")).path,
    }
    response = render(request, "components/_bell_list.html", context)
    # This window need not wait for its socket.
    return trigger_client_event(response, "koprade:notification.read") if count else response
