"""Pictures that members upload of themselves."""

from models.picture.picture import Picture
from models.picture.renditions import rendered
from models.picture.size import PictureSize, file_name, is_file_name
from models.picture.storage import Storage, Unreachable
from models.picture.sweep import sweep

__all__ = [
    "Picture",
    "PictureSize",
    "Storage",
    "Unreachable",
    "file_name",
    "is_file_name",
    "rendered",
    "sweep",
]
