"""Stories: the list, one to read, its materials; writing, publishing, reviewing, starting from its plan."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cocreation.kernel.errors import DomainError, NotFound
from documents.convert.markdown import markdown_to_json
from frontend.forms.stories import PlanUseForm, ReviewForm, StoryForm
from frontend.presenters.markdown_preview import preview_html
from frontend.presenters.public_face import share_facts_story
from frontend.presenters.stories import links_text, material_rows, number_rows
from frontend.views.support import attempt, is_partial, listed, refused
from processes.permissions import decide
from processes.selectors import stories as selectors
from processes.selectors.processes import process_get_for
from processes.services import copying as copy_services
from processes.services import stories as services

EDITED = ("title", "summary", "context", "results", "lessons", "language", "shares_plan")


@require_safe
def story_list(request: HttpRequest) -> HttpResponse:
    search = request.GET.get("search", "")[:200]
    context = {
        "area": "catalogue",
        "page": listed(request, selectors.stories_list(search=search)),
        "search": search,
    }
    name = "stories/_results.html" if is_partial(request) else "stories/story_list.html"
    return render(request, name, context)


def _page(request: HttpRequest, story, form: ReviewForm | None = None) -> dict:
    own = selectors.review_of(request.user, story)
    initial = {"rating": own.rating, "body": own.body} if own else None
    may_write = bool(decide(request.user, "story_write", story.process))
    return {
        "area": "catalogue",
        "story": story,
        "numbers": number_rows(story),
        "materials": material_rows(story),
        "reviews": selectors.reviews_of(story)[:50],
        "own": own,
        "may_write": may_write,
        "may_review": request.user.is_authenticated
        and not decide(request.user, "activity_read", story.process),
        "may_read_process": bool(decide(request.user, "process_read", story.process)),
        "review_form": form or ReviewForm(initial=initial),
    }


@require_safe
def story_detail(request: HttpRequest, story_id: uuid.UUID) -> HttpResponse:
    story = selectors.story_get_for(request.user, story_id, need="story_read")
    context = _page(request, story) | {"share": share_facts_story(story)}
    return render(request, "stories/story_detail.html", context)


@require_safe
def material(request: HttpRequest, story_id: uuid.UUID, number: int) -> HttpResponse:
    story = selectors.story_get_for(request.user, story_id, need="story_read")
    text = selectors.material_get(story, number)
    if text.get("kind") != "text":
        raise NotFound(_("There is no such thing here, or it is not open to you."))
    preview = preview_html(markdown_to_json(text.get("markdown", "")))
    context = {"area": "catalogue", "story": story, "text": text, "preview": preview}
    return render(request, "stories/story_material.html", context)


@require_safe
def file(request: HttpRequest, story_id: uuid.UUID, number: int) -> FileResponse:
    """Send a file that the story made public, as an attachment."""
    story = selectors.story_get_for(request.user, story_id, need="story_read")
    asset = selectors.material_file(story, number)
    response = FileResponse(
        asset.file.open("rb"),
        as_attachment=True,
        filename=asset.file_name or asset.title,
        content_type=asset.content_type or "application/octet-stream",
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@login_required
@require_POST
def begin(request: HttpRequest, process_id: uuid.UUID) -> HttpResponse:
    process = process_get_for(request.user, process_id, need="story_write")
    story = services.story_begin(actor=request.user, process=process)
    return redirect("stories:edit", story.pk)


@login_required
@require_http_methods(["GET", "POST"])
def story_edit(request: HttpRequest, story_id: uuid.UUID) -> HttpResponse:
    story = selectors.story_get_for(request.user, story_id, need="story_write")
    chosen = [one["id"] for one in story.materials if one.get("id")]
    form = StoryForm(
        request.POST or None,
        materials=list(selectors.materials_to_choose(story.process)),
        initial={name: getattr(story, name) for name in EDITED}
        | {"materials": chosen, "links": links_text(story)},
    )
    context = {"area": "catalogue", "story": story, "form": form}
    if request.method == "POST":
        outcome = attempt(form, services.story_update, actor=request.user, story=story)
        if outcome.is_done:
            return redirect("stories:detail", story.pk)
        return refused(request, "stories/story_edit.html", context)
    return render(request, "stories/story_edit.html", context)


@login_required
@require_POST
def publish(request: HttpRequest, story_id: uuid.UUID) -> HttpResponse:
    story = selectors.story_get_for(request.user, story_id, need="story_write")
    try:
        services.story_publish(actor=request.user, story=story)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("stories:edit", story.pk)
    messages.success(request, _("The story is published: everybody can read it."))
    return redirect("stories:detail", story.pk)


@login_required
@require_POST
def withdraw(request: HttpRequest, story_id: uuid.UUID) -> HttpResponse:
    story = selectors.story_get_for(request.user, story_id, need="story_write")
    services.story_withdraw(actor=request.user, story=story)
    messages.success(request, _("The story is out of sight. You can publish it again."))
    return redirect("stories:detail", story.pk)


@login_required
@require_POST
def review(request: HttpRequest, story_id: uuid.UUID) -> HttpResponse:
    story = selectors.story_get_for(request.user, story_id, need="story_read")
    if "remove" in request.POST:
        services.review_remove(actor=request.user, story=story)
        return redirect("stories:detail", story.pk)
    form = ReviewForm(request.POST)
    if attempt(form, services.review_set, actor=request.user, story=story).is_done:
        messages.success(request, _("Thank you. You can change your review at any time."))
        return redirect("stories:detail", story.pk)
    return refused(request, "stories/story_detail.html", _page(request, story, form))


@login_required
@require_http_methods(["GET", "POST"])
def use(request: HttpRequest, story_id: uuid.UUID) -> HttpResponse:
    story = selectors.story_get_for(request.user, story_id, need="story_read")
    form = PlanUseForm(request.POST or None)
    context = {"area": "processes", "story": story, "form": form}
    if request.method == "POST":
        outcome = attempt(form, copy_services.story_use, actor=request.user, story=story)
        if outcome.is_done:
            messages.success(
                request, _("The process is there. Look through the plan, then invite people.")
            )
            return redirect("processes:detail", outcome.result.pk)
        return refused(request, "stories/story_use.html", context)
    return render(request, "stories/story_use.html", context)
