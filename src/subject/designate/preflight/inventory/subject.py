"""What Designate calls its own."""

PACKAGE = 'designate'
DISTRIBUTION = 'designate'
MODELS = ('storage/sqlalchemy/tables.py',)
# Tables stand by themselves in the module; each has the metadata of all.
MODELS_BASE = 'zones'
ALEMBIC_VERSIONS = 'storage/sqlalchemy/alembic/versions'
POLICIES = 'common/policies'
# What upstream's etc/designate/designate-config-generator.conf has in the sample, beside
# Designate's own.
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
    'oslo.service.periodic_task',
    'oslo.service.service',
    'oslo.service.sslutils',
    'oslo.service.wsgi',
    'oslo.versionedobjects',
    'osprofiler',
)
