"""What may be done with a security profile: pure rules over loaded rows (P4, R6).

The permissions are those of the C-TPAT account (``security_models.policies``): every contact reads
and edits, only an Officer submits.
"""

from __future__ import annotations

from security_models.policies import P

VIEW, EDIT, SUBMIT = P.VIEW, P.EDIT, P.SUBMIT
