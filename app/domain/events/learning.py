"""Learning: lessons and their adoption, ideas, and what the people concerned feel."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from app.domain.events.envelope import CloudEvent, ItemSubject, Line, Strict
from app.domain.events.register import Entered, EntryClosed, Titled
from app.domain.records import Telling


class LessonRecordedData(Titled):
    category: Line | None = None
    validated: bool = True
    """Whether somebody has checked that it is one."""


class LessonRecorded(Entered):
    """Something was learned that others should know."""

    title: ClassVar[str] = "Lesson recorded"
    telling: ClassVar[Telling] = Telling("lesson", "open", opens=True)
    type: Literal["nerve.lesson.recorded.v1"]
    data: LessonRecordedData


class LessonAdoptedData(EntryClosed):
    adopted_in: Line
    """The template or rule that has changed for it."""


class LessonAdopted(Entered):
    """A lesson has changed how things are done."""

    title: ClassVar[str] = "Lesson adopted"
    telling: ClassVar[Telling] = Telling("lesson", "adopted")
    type: Literal["nerve.lesson.adopted.v1"]
    data: LessonAdoptedData


class IdeaSubmitted(Entered):
    """Somebody has an idea."""

    title: ClassVar[str] = "Idea submitted"
    telling: ClassVar[Telling] = Telling("idea", "open", opens=True)
    type: Literal["nerve.idea.submitted.v1"]
    data: Titled


class PulseData(Strict):
    score: Annotated[int, Field(ge=0, le=10)]
    dimension: Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")] = "overall"
    respondent_role: Line | None = None


class StakeholderPulse(CloudEvent):
    """What somebody concerned feels about it, from 0 to 10. Anonymous: a role, never a name."""

    title: ClassVar[str] = "Stakeholder pulse"
    type: Literal["nerve.stakeholder.pulse.v1"]
    subject: ItemSubject
    data: PulseData
