"""REST door to stories and to copies of processes: parse, selector (fetch = check), service, answer."""

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from community.api.serializers import BackgroundWorkSerializer
from interlinkers.selectors import own_template_node_get_for
from interlinkers.services.own_templates import own_template_roles_set
from processes.api import story_serializers as serializers
from processes.api.archive_viewsets import accepted
from processes.api.base import SIGNED_IN, ProcessesViewSet
from processes.api.serializers import ProcessDetailSerializer
from processes.models import Process, Story
from processes.selectors import stories as story_selectors
from processes.selectors.processes import process_get_for
from processes.services import copying as copy_services
from processes.services import stories as story_services
from processes.services.template_saving import template_save


class StoryViewSet(ProcessesViewSet):
    """Stories of finished processes; published ones are everybody's."""

    queryset = Story.objects.none()
    serializer_class = serializers.StorySerializer
    needs = {
        "retrieve": "process_read",
        "partial_update": "story_write",
        "publish": "story_write",
        "withdraw": "story_write",
        "reviews": "process_read",
        "review": SIGNED_IN,
        "use": SIGNED_IN,
    }

    def fetch(self, request: Request, pk) -> Story:
        need = self.need if self.need == "story_write" else "story_read"
        return story_selectors.story_get_for(request.user, pk, need=need)

    @extend_schema(parameters=[serializers.StoryFilterSerializer])
    def list(self, request: Request) -> Response:
        """List published stories, newest first."""
        wanted = self.query(serializers.StoryFilterSerializer, request)
        page = self.paginate_queryset(story_selectors.stories_list(**wanted))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(responses=serializers.StoryDetailSerializer)
    def retrieve(self, request: Request, pk) -> Response:
        """Show a story."""
        return self._answer(self.fetch(request, pk))

    @extend_schema(
        request=serializers.StoryPatchSerializer, responses=serializers.StoryDetailSerializer
    )
    def partial_update(self, request: Request, pk) -> Response:
        """Change the given fields."""
        story = self.fetch(request, pk)
        data = self.input(serializers.StoryPatchSerializer, request, partial=True)
        story_services.story_update(actor=request.user, story=story, **data)
        return self._answer(self.fetch(request, pk))

    @extend_schema(request=None, responses=serializers.StoryDetailSerializer)
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, pk) -> Response:
        """Show it to everybody; the numbers of the record are taken now."""
        story_services.story_publish(actor=request.user, story=self.fetch(request, pk))
        return self._answer(self.fetch(request, pk))

    @extend_schema(request=None, responses=serializers.StoryDetailSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk) -> Response:
        """Take it out of sight again."""
        story_services.story_withdraw(actor=request.user, story=self.fetch(request, pk))
        return self._answer(self.fetch(request, pk))

    @extend_schema(responses=serializers.ReviewSerializer(many=True))
    @action(detail=True)
    def reviews(self, request: Request, pk) -> Response:
        """List what readers think of it, newest first."""
        page = self.paginate_queryset(story_selectors.reviews_of(self.fetch(request, pk)))
        return self.get_paginated_response(serializers.ReviewSerializer(page, many=True).data)

    @extend_schema(
        request=serializers.ReviewWriteSerializer, responses=serializers.ReviewSerializer
    )
    @action(detail=True, methods=["put"])
    def review(self, request: Request, pk) -> Response:
        """Say what you think of it; a second time changes the first."""
        story = self.fetch(request, pk)
        data = self.input(serializers.ReviewWriteSerializer, request)
        review = story_services.review_set(actor=request.user, story=story, **data)
        return Response(serializers.ReviewSerializer(review).data)

    @extend_schema(request=serializers.StoryUseSerializer, responses={201: ProcessDetailSerializer})
    @action(detail=True, methods=["post"])
    def use(self, request: Request, pk) -> Response:
        """Begin a process with its plan; you become the coordinator."""
        story = self.fetch(request, pk)
        data = self.input(serializers.StoryUseSerializer, request)
        made = copy_services.story_use(actor=request.user, story=story, **data)
        return Response(self.shape(ProcessDetailSerializer, made), status=status.HTTP_201_CREATED)

    def _answer(self, story: Story) -> Response:
        return Response(self.shape(serializers.StoryDetailSerializer, story))


class ProcessStoryViewSet(ProcessesViewSet):
    """The story of one process."""

    queryset = Story.objects.none()
    serializer_class = serializers.StoryDetailSerializer
    needs = {"create": "story_write"}

    @extend_schema(request=None, responses={201: serializers.StoryDetailSerializer})
    def create(self, request: Request, process_id) -> Response:
        """Begin the story of a finished process, or get the one there is."""
        process = process_get_for(request.user, process_id, need=self.need)
        story = story_services.story_begin(actor=request.user, process=process)
        shown = self.shape(serializers.StoryDetailSerializer, story)
        return Response(shown, status=status.HTTP_201_CREATED)


class ProcessCopyViewSet(ProcessesViewSet):
    """A new process out of another."""

    queryset = Process.objects.none()
    serializer_class = BackgroundWorkSerializer
    needs = {"create": "process_read"}

    @extend_schema(request=serializers.CopySerializer, responses={202: BackgroundWorkSerializer})
    def create(self, request: Request, process_id) -> Response:
        """Copy a process in the background: its plan, and what you choose."""
        source = process_get_for(request.user, process_id, need=self.need)
        data = self.input(serializers.CopySerializer, request)
        title, starts_on = data.pop("title"), data.pop("starts_on", None)
        work = copy_services.copy_request(
            actor=request.user,
            source=source,
            title=title,
            starts_on=starts_on,
            choice=copy_services.Choice(**data),
        )
        return accepted(work)


class TemplateRolesViewSet(ProcessesViewSet):
    """Who writes the text of a task, in a template of one's own."""

    queryset = Process.objects.none()
    serializer_class = serializers.TemplateRolesSerializer
    lookup_url_kwarg = "node_id"
    needs = {"update": SIGNED_IN}

    @extend_schema(
        request=serializers.TemplateRolesSerializer,
        responses=serializers.TemplateRolesSerializer,
    )
    def update(self, request: Request, node_id) -> Response:
        """Set the roles that teams of each kind get on it; only in a draft of your own."""
        node = own_template_node_get_for(request.user, node_id)
        data = self.input(serializers.TemplateRolesSerializer, request)
        row = own_template_roles_set(actor=request.user, node=node, roles=data)
        return Response(row.roles)


class ProcessTemplateSaveViewSet(ProcessesViewSet):
    """A template out of a process."""

    queryset = Process.objects.none()
    serializer_class = serializers.TemplateSavedSerializer
    needs = {"create": "process_export"}

    @extend_schema(
        request=serializers.TemplateSaveSerializer,
        responses={201: serializers.TemplateSavedSerializer},
    )
    def create(self, request: Request, process_id) -> Response:
        """Keep the plan as a template: a draft that you (and your organisation) start from."""
        process = process_get_for(request.user, process_id, need=self.need)
        data = self.input(serializers.TemplateSaveSerializer, request)
        template = template_save(actor=request.user, process=process, **data)
        shown = serializers.TemplateSavedSerializer(template).data
        return Response(shown, status=status.HTTP_201_CREATED)
