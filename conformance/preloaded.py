"""All that a check needs: the server of processes imports this, and so loads it once for them.

They have the shipped model from it too, and the digest of the program, which are the same in all.
"""

from __future__ import annotations

import gc
from importlib import import_module

from conformance.deferral import defer, import_msgspec

#: Those that have a list of others, which are loaded where they are used elsewhere.
_REGISTRIES = ("conformance.checks.registry", "conformance.model.types.registry")
#: Others that are loaded where they are used elsewhere.
_MODULES = (
    "conformance.batch.processes",
    "conformance.checks.comparison",
    "conformance.checks.saved",
    "conformance.model.profile_sense",
    "conformance.signature.cms_opening",
    "conformance.signature.path_validation",
    "conformance.signature.responder",
    "conformance.signature.published",
    "conformance.signature.signing_certificate",
    "conformance.submission.lone",
    "conformance.submission.manifest",
    "cryptography.hazmat.backends.openssl.backend",
    "jsonschema_rs",
    "tomli",
)

# Almost all that is loaded stays, so no garbage is looked for meanwhile.
gc.disable()
defer()
import_msgspec()
import_module("conformance.signature.x509_import").import_x509()
for _registry in _REGISTRIES:
    for _name in import_module(_registry).MODULES:
        import_module(_name)
for _name in _MODULES:
    import_module(_name)
import_module("conformance.checks.catalogue").shipped_catalogue()
import_module("conformance.batch.job").program()
gc.enable()
# Processes are forked with all of it, and need never look there.
gc.freeze()
