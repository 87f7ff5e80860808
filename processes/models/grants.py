"""django-guardian's grants with real foreign keys, derived from ProcessRole by services/roles.py alone."""

from django.db import models
from guardian.models import UserObjectPermissionBase

from processes.models.processes import Process
from processes.models.tree import Node


class ProcessUserObjectPermission(UserObjectPermissionBase):
    """That a person has a role in a whole process."""

    content_object = models.ForeignKey(Process, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False


class NodeUserObjectPermission(UserObjectPermissionBase):
    """That a person has a role in a branch."""

    content_object = models.ForeignKey(Node, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False
