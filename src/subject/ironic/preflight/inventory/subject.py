"""What Ironic calls its own."""

PACKAGE = 'ironic'
DISTRIBUTION = 'ironic'
MODELS = ('db/sqlalchemy/models.py',)
MODELS_BASE = 'Base'
ALEMBIC_VERSIONS = 'db/sqlalchemy/alembic/versions'
POLICIES = 'common/policy.py'
# What upstream's ironic-config-generator.conf has in the sample, beside Ironic's own.
LIBRARIES = (
    'keystonemiddleware.auth_token',
    'oslo.concurrency',
    'oslo.db',
    'oslo.log',
    'oslo.messaging',
    'oslo.middleware.cors',
    'oslo.middleware.healthcheck',
    'oslo.middleware.http_proxy_to_wsgi',
    'oslo.policy',
    'oslo.reports',
    'oslo.service.service',
    'oslo.service.sslutils',
    'oslo.service.wsgi',
    'oslo.versionedobjects',
    'osprofiler',
)
