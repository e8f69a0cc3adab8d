import pytest
import tests.trust.test_authorisation as t
from tests.trust.test_authorisation import *
MINE_ = [p for p in t.PAGES if ".pdf" in p.route.replace("\\","") or "curve" in p.route or "csv|xlsx" in p.route or "docx" in p.route or ("metadata" in p.route and ("days" in p.route or "chronicle" in p.route))]
@pytest.fixture(autouse=True)
def only(monkeypatch): monkeypatch.setattr(t,"PAGES",MINE_); assert len(MINE_)>=10
del TestApi, TestMutants, TestOriginals
