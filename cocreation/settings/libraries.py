"""Settings of the libraries: channels, cache, celery, REST, accounts, content security policy."""

from csp.constants import NONE, SELF

from cocreation.settings.base import BASE_DIR, DEMO, SITE_NAME, VAR_DIR, env

REDIS_URL = env("REDIS_URL", default="")
SHAPE = "production" if REDIS_URL else "embedded"

# --- channel layer and cache --------------------------------------------------------------------
if REDIS_URL:
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            # redis-py 8 would give sockets a timeout of 5 s and so kill idle connections: none, said twice.
            "CONFIG": {
                "hosts": [{"address": REDIS_URL, "socket_timeout": None}],
                "prefix": "koprade",
            },
        }
    }
    CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    }
else:
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# --- jobs (docs/adr/0004) -----------------------------------------------------------------------
CELERY_TASK_ALWAYS_EAGER = env.bool("CELERY_TASK_ALWAYS_EAGER", default=False)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = "UTC"
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_TASK_ACKS_LATE = True
else:
    # Files in var/jobs/: a broker that needs no installation.
    _jobs = VAR_DIR / "jobs"
    for _name in ("queue", "control"):
        (_jobs / _name).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_URL = "filesystem://localhost//"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_jobs / "queue"),
        "data_folder_out": str(_jobs / "queue"),
        "control_folder": str(_jobs / "control"),
        "polling_interval": 0.3,
    }
JOB_HEARTBEAT_SECONDS = 15
# /healthz says that jobs are down when no heartbeat came for this long.
JOB_HEARTBEAT_STALE_SECONDS = 90
CELERY_BEAT_SCHEDULE = {
    "community.heartbeat": {"task": "community.heartbeat", "schedule": JOB_HEARTBEAT_SECONDS},
    "community.mail_sweep": {"task": "community.mail_sweep", "schedule": 60},
    "documents.snapshots_sweep": {"task": "documents.snapshots_sweep", "schedule": 300},
    "documents.authors_sweep": {"task": "documents.authors_sweep", "schedule": 120},
    "community.background_sweep": {"task": "community.background_sweep", "schedule": 120},
    "community.clean_up": {"task": "community.clean_up", "schedule": 3600},
    "community.digests_send": {"task": "community.digests_send", "schedule": 600},
    "processes.deadlines_remind": {"task": "processes.deadlines_remind", "schedule": 3600},
}

# --- REST ---------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "community.authentication.TokenAuthentication",
        "community.authentication.SessionAuthentication",
    ],
    # Deny by default; views that the public may read say so.
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PAGINATION_CLASS": "cocreation.pagination.PagePagination",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "cocreation.openapi.AutoSchema",
    # Bodies are JSON; the few that carry a file say so.
    "DEFAULT_PARSER_CLASSES": ["cocreation.kernel.rest.JsonParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "EXCEPTION_HANDLER": "cocreation.problems.problem_handler",
    "DEFAULT_THROTTLE_CLASSES": ["cocreation.throttling.WriteThrottle"],
    "DEFAULT_THROTTLE_RATES": {
        "anonymous_write": env("API_ANONYMOUS_WRITES", default="30/hour"),
        "user_write": env("API_USER_WRITES", default="3000/hour"),
    },
    # Behind a proxy say how many are ours, else all visitors would share the proxy's count.
    "NUM_PROXIES": env.int("TRUSTED_PROXY_COUNT", default=0),
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": f"{SITE_NAME} API",
    "DESCRIPTION": "Processes, interlinkers, documents, threads and answers.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "SORT_OPERATIONS": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "cocreation.openapi.texts_described",
    ],
    # Several tables have a `kind`; each gets a name of its own in the description.
    "ENUM_NAME_OVERRIDES": {
        "OrganisationKindEnum": "community.models.organisations.OrganisationKind",
        "TemplateNodeKindEnum": "interlinkers.models.templates.NodeKind",
        "AssetKindEnum": "processes.models.AssetKind",
        "TeamKindEnum": "processes.models.TeamKind",
        "ProcessRoleEnum": "processes.models.Role",
        "ProposedRoleEnum": "processes.api.story_serializers.PROPOSED_ROLES",
        "GivenRoleEnum": "processes.api.people_serializers.GIVEN_ROLES",
        "ProcessStatusEnum": "processes.models.ProcessStatus",
        "NodeStatusEnum": "processes.models.NodeStatus",
        "PhaseLevelEnum": "processes.models.PhaseLevel",
        "PassersByLevelEnum": "processes.models.phases.PASSERS_BY",
        "JoinRequestStatusEnum": "processes.models.JoinRequestStatus",
        "StoryStatusEnum": "processes.models.StoryStatus",
        "NotificationPaceEnum": "community.models.Pace",
        "ProcessPaceEnum": "community.models.ProcessPace",
        "ThreadStatusEnum": "documents.models.ThreadStatus",
    },
}

# --- accounts -----------------------------------------------------------------------------------
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
# Only in the browser that signed up, and on to where it was going; elsewhere the link confirms and no more.
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_ADAPTER = "community.accounts.AccountAdapter"
ACCOUNT_SIGNUP_FORM_CLASS = "community.forms.SignUpForm"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_FORMS = {"login": "community.sign_in.LoginForm"}
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_MAX_EMAIL_ADDRESSES = 3
# Anonymous attempts are counted per address and per sender; behind a proxy say how many are ours, else all
# visitors would share the proxy's count.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "20/m/ip,5/5m/key",
    "signup": "20/h/ip",
    "reset_password": "20/h/ip,5/h/key",
    "confirm_email": "1/3m/key",
}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)

# --- guardian -----------------------------------------------------------------------------------
ANONYMOUS_USER_NAME = None
GUARDIAN_RAISE_403 = False

# --- content security policy --------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ["/api/docs/"],
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}

__all__ = [name for name in dir() if name.isupper() and name not in {"NONE", "SELF"}]
_ = (BASE_DIR, DEMO)
