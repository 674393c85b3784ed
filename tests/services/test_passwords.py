"""Which passwords are refused: short ones, first guesses however they are dressed, names of the house with a year."""

from __future__ import annotations

import unicodedata

import pytest

from app.domain.errors import InputInvalid
from app.services.passwords import HOUSE_NAMES, PROFILES, as_typed, check_password, common_words

NAMES = ("can_bo_01_xm01", "Cán bộ 01 – Xã mẫu 01", "xm01 xa mau 01", "pnv phong noi vu", "bbt xa binh thanh")


def refused(wanted: str, profile: str = "default") -> str | None:
    try:
        check_password(wanted, PROFILES[profile], NAMES)
    except InputInvalid as refusal:
        return refusal.code
    return None


FIRST_GUESSES = [
    "welcome12345",
    "p@ssw0rd1234",
    "P@$$w0rd!2024",
    "letmein letmein",
    "letmein1 letmein2",
    "l3tm31n-2024!",
    "iloveyou12345",
    "$unshine123456",
    "1qaz2wsx3edc",
    "qwertyuiop12",
    "zyxwvutsrqpo",
    "password welcome",
    "Admin@123456",
    "aaaaaaaaaaaa",
    "abababababab",
    "123456789012",
    "090512345678",
    "25/11/2024 17:00",
    "Nguyễn Văn 1990",
    "anh yêu em 2024",
]
OF_THE_HOUSE = [
    "Xã mẫu 01 2024",
    "XaMau01@2025",
    "Xã Bình Thành 2024",
    "binhthanh123456",
    "Dinhhoa@2024",
    "Định Hóa 2024!",
    "mat khau 2024",
    "Mật khẩu mới 1",
    "Mậtkhẩu@123456",
    "cchc@2025cchc",
    "Cải cách hành chính 2025",
    "can_bo_01_xm01",
    "canbo01xm01 2024",
    "phongnoivu@2024",
    "phòng nội vụ xã mẫu 01",
    "ubnd huyện 2024",
]


@pytest.mark.parametrize("wanted", FIRST_GUESSES + OF_THE_HOUSE)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_first_guess_is_refused_however_it_is_dressed(wanted: str, form: str) -> None:
    assert refused(unicodedata.normalize(form, wanted)) == "password_guessable"


@pytest.mark.parametrize(
    "wanted",
    [
        "ba con trâu đen 2024",
        "mot hai ba bon nam sau",
        "correct horse battery staple",
        "dragon monkey football shadow",
        "trời mưa bong bóng phập phồng",
        "Áo dài tím ngày xưa",
        "Nắng vàng 7 cánh đồng",
        "phòng họp có bảy cái quạt",
        "4f9a2b7c1e8d",
        "Xk7#mPq2vT!w",
        "một câu thơ rất dài về dòng sông quê tôi mỗi chiều có đò ngang chở nắng đi về phía biển",
        "đ" * 3 + "ưởng nhà bên có cây khế ngọt",
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_words_that_do_not_belong_together_are_taken_at_any_length(wanted: str, form: str) -> None:
    assert refused(unicodedata.normalize(form, wanted)) is None


def test_the_list_holds_more_than_three_thousand_guesses_and_each_is_refused_with_a_year() -> None:
    words = common_words()
    assert len(words) > 3000
    assert [word for word in words if refused(f"{word.capitalize()}@2024{word}") != "password_guessable"] == []


def test_every_name_of_the_field_is_refused_with_a_year() -> None:
    assert [name for name in HOUSE_NAMES if refused(f"{name} 2024 {name}") != "password_guessable"] == []


def test_a_password_has_twelve_to_two_hundred_characters() -> None:
    phrase = "sông Cầu nước chảy lơ thơ, "
    assert refused("sông Cầu nư") == "password_too_short"
    assert refused("sông Cầu nướ") is None
    assert refused((phrase * 8)[:200]) is None
    assert refused((phrase * 8)[:201]) == "password_too_long"


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ("Xk7#mPq2", None),
        ("Sông7#Cầu", None),
        ("Xk7#mPq", "password_too_short"),
        ("xk7#mpq2", "password_not_composed"),
        ("XK7#MPQ2", "password_not_composed"),
        ("Xkr#mPqt", "password_not_composed"),
        ("Xk7 mPq2", "password_not_composed"),
        ("Matkhau@2024", "password_guessable"),
        ("P@ssw0rd", "password_guessable"),
        ("Hoa@1234", "password_guessable"),
    ],
)
def test_the_local_profile_asks_four_kinds_of_characters_and_refuses_the_same_guesses(
    wanted: str, code: str | None
) -> None:
    assert refused(wanted, "local") == code


def test_one_accented_word_is_one_password_whatever_the_keyboard_sends() -> None:
    word = "trâu đen ăn cỏ ướt"
    assert as_typed(unicodedata.normalize("NFD", word)) == as_typed(word) == unicodedata.normalize("NFC", word)
