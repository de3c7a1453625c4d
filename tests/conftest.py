"""What holds in every test: runs are poisoned, so that memory that is read after it was given up shows as NaN
(`runtime/prepared/poison.py`); servers keep what they answer in a folder of the run (`server/initialize_answers.py`), so that most
start as they do for a user, who has started one before; and no property fails because the machine is busy."""

import os

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("NNEF_LSP_POISON", "1")  # worker processes inherit it
os.environ.setdefault("NNEF_LSP_STRICT", "1")  # no border hides a mistake of ours: `nnef_lsp/faults.py`

settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture(scope="session", autouse=True)
def _answers_of_initialize(tmp_path_factory: pytest.TempPathFactory) -> None:
    os.environ.setdefault("NNEF_LSP_CACHE", str(tmp_path_factory.getbasetemp() / "answers"))
