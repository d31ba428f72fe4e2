"""Screens that fell silent, for whoever looks at a portfolio: a dark wall is seen from the next one."""

from fastapi import APIRouter, Depends

from app.api.screens import ScreenAlerts, as_alerts
from app.operations import screens
from app.web.access import TheAccess
from app.web.identity import Now, viewer_of

router = APIRouter(tags=["screens"])


@router.get("/portfolios/{portfolio}/silent-screens", dependencies=[Depends(viewer_of)])
async def list_silent(portfolio: str, access: TheAccess, now: Now) -> ScreenAlerts:
    """The screens that may show this portfolio and are not heard of: alerts of severity low."""
    await access.keyring.flush()
    return as_alerts(await screens.alerts(access.db, portfolio, now=now))
