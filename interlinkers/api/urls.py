"""Routes of this app under /api/v1/."""

from rest_framework.routers import SimpleRouter

from interlinkers.api import viewsets

router = SimpleRouter(use_regex_path=False)
router.register("interlinkers", viewsets.InterlinkerViewSet, basename="interlinker")
router.register("problem-profiles", viewsets.ProblemProfileViewSet, basename="problem-profile")
router.register("process-templates", viewsets.ProcessTemplateViewSet, basename="process-template")

urlpatterns = router.urls
