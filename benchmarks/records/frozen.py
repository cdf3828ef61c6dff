"""The base of all stored forms."""

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """Base of the stored forms: no field is unknown, none changes."""

    # A figure may be infinite or no number, of a failed certificate say; null would not be read back as one.
    model_config = ConfigDict(extra="forbid", frozen=True, ser_json_inf_nan="constants")
