"""What Heat calls its own."""

PACKAGE = 'heat'
DISTRIBUTION = 'openstack-heat'
# Where the database's models are, in newer and in older releases, and the class that they come from.
MODELS = ('db/models.py', 'db/sqlalchemy/models.py')
MODELS_BASE = 'BASE'
ALEMBIC_VERSIONS = 'db/migrations/versions'
POLICIES = 'policies'
# What upstream's config-generator.conf has in the sample of heat.conf, beside Heat's own.
LIBRARIES = (
    'cotyledon',
    'keystonemiddleware.auth_token',
    'oslo.cache',
    'oslo.concurrency',
    'oslo.db',
    'oslo.log',
    'oslo.messaging',
    'oslo.middleware.cors',
    'oslo.middleware.healthcheck',
    'oslo.middleware.http_proxy_to_wsgi',
    'oslo.middleware.sizelimit',
    'oslo.policy',
    'oslo.reports',
    'oslo.service.periodic_task',
    'oslo.service.service',
    'oslo.service.sslutils',
    'oslo.service.wsgi',
    'oslo.versionedobjects',
    'osprofiler',
)
