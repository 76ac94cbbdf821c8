"""Pictures of members: where they are, and what happens when one is uploaded."""

from context import Context, Info
from models import Member
from models.picture import Picture, PictureSize, Storage, file_name, rendered


async def avatar_url(member: Member, info: Info, size: PictureSize | None = None) -> str | None:
    """Picture: the one uploaded, in the size asked for, or else what is at the address in the profile."""
    return address(member, size or PictureSize.LARGE, info.context)


def address(member: Member, size: PictureSize, context: Context) -> str | None:
    """Where the picture of a member is, if there is one."""
    if member.picture_id is None:
        return member.avatar_url
    return f"{context.public_url}/pictures/{file_name(member.picture_id, size)}"


async def store(viewer: Member, upload: bytes, storage: Storage) -> Picture:
    """Makes a picture of the viewer ready to be shown. Refuses INVALID, OUT_OF_RANGE."""
    renditions = await rendered(upload)
    picture = await Picture.begin(viewer)
    for size, content in renditions.items():
        await storage.keep(file_name(picture.id, size), content)
    return picture
