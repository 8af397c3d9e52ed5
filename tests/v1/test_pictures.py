"""Pictures: read, changed at random as Keras 1 did by the same seed, in batches from arrays and folders."""

import numpy as np
import pytest
from scipy import ndimage

from polykeras.errors import ArgumentError, ShapeError
from polykeras.v1.preprocessing.image import (
    ImageDataGenerator,
    array_to_img,
    img_to_array,
    list_pictures,
    load_img,
    random_channel_shift,
    random_rotation,
    random_shear,
    random_shift,
    random_zoom,
)

PICTURES = np.random.default_rng(0).random((6, 5, 7, 3)).astype("float32")


def moved(picture, matrix, centered=True):
    """A transformation of an image with its channels last, written out."""
    rows, columns, _ = picture.shape
    if centered:
        center = np.array([rows / 2 + 0.5, columns / 2 + 0.5])
        offset = matrix[:2, 2] + center - matrix[:2, :2] @ center
    else:
        offset = matrix[:2, 2]
    channels = [
        ndimage.affine_transform(c, matrix[:2, :2], offset, order=0, mode="nearest") for c in picture.T.swapaxes(1, 2)
    ]
    return np.stack(channels, -1)


def test_all_changes_by_one_seed():
    """The numbers are drawn in Keras 1's order: angle, down, across, shear, two zooms, a shift a channel, two flips."""
    change = ImageDataGenerator(
        rotation_range=40, width_shift_range=0.3, height_shift_range=0.2, shear_range=0.5, zoom_range=0.4,
        channel_shift_range=0.2, horizontal_flip=True, vertical_flip=True, dim_ordering="tf",
    )  # fmt: skip
    for seed in range(4):
        np.random.seed(seed)
        found = change.random_transform(PICTURES[0])
        rng = np.random.RandomState(seed)
        t = np.pi / 180 * rng.uniform(-40, 40)
        down, across, angle = rng.uniform(-0.2, 0.2) * 5, rng.uniform(-0.3, 0.3) * 7, rng.uniform(-0.5, 0.5)
        turn = np.array([[np.cos(t), -np.sin(t), 0], [np.sin(t), np.cos(t), 0], [0, 0, 1]])
        move = np.array([[1, 0, down], [0, 1, across], [0, 0, 1]])
        lean = np.array([[1, -np.sin(angle), 0], [0, np.cos(angle), 0], [0, 0, 1]])
        expected = moved(PICTURES[0], turn @ move @ lean @ np.diag([*rng.uniform(0.6, 1.4, 2), 1]))
        shifts = [rng.uniform(-0.2, 0.2) for _ in range(3)]
        expected = np.clip(expected + shifts, expected.min(), expected.max())
        expected = expected[:, ::-1] if rng.random_sample() < 0.5 else expected
        expected = expected[::-1] if rng.random_sample() < 0.5 else expected
        np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_nothing_is_drawn_where_nothing_changes():
    np.random.seed(0)
    before = np.random.get_state()[1].copy()
    change = ImageDataGenerator(dim_ordering="tf")
    np.testing.assert_array_equal(change.random_transform(PICTURES[0]), PICTURES[0])
    np.testing.assert_array_equal(np.random.get_state()[1], before)


def test_single_changes():
    picture, axes = PICTURES[0], {"row_axis": 0, "col_axis": 1, "channel_axis": 2}

    def drawn(limit, *also):
        return [np.random.RandomState(1).uniform(-limit, limit), *also]

    np.random.seed(1)
    t = np.deg2rad(drawn(30)[0])
    turn = np.array([[np.cos(t), -np.sin(t), 0], [np.sin(t), np.cos(t), 0], [0, 0, 1]])
    np.testing.assert_array_equal(random_rotation(picture, 30, **axes), moved(picture, turn))
    np.random.seed(1)
    down, across = np.random.RandomState(1).uniform(-1, 1, 2) * (0.4 * 5, 0.2 * 7)
    np.testing.assert_array_equal(
        random_shift(picture, 0.2, 0.4, **axes),
        moved(picture, np.array([[1, 0, down], [0, 1, across]]), centered=False),
    )
    np.random.seed(1)
    angle = drawn(0.7)[0]
    lean = np.array([[1, -np.sin(angle), 0], [0, np.cos(angle), 0]])
    np.testing.assert_array_equal(random_shear(picture, 0.7, **axes), moved(picture, lean))
    np.random.seed(1)
    scale = np.random.RandomState(1).uniform(0.5, 1.5, 2)
    np.testing.assert_array_equal(
        random_zoom(picture, (0.5, 1.5), **axes), moved(picture, np.array([[scale[0], 0, 0], [0, scale[1], 0]]))
    )
    np.random.seed(1)
    shifts = np.random.RandomState(1).uniform(-0.3, 0.3, 3)
    expected = np.clip(picture + shifts, picture.min(), picture.max())
    np.testing.assert_allclose(random_channel_shift(picture, 0.3, 2), expected)


def test_channels_first_changes_the_same():
    options = {"rotation_range": 30, "zoom_range": 0.3, "horizontal_flip": True, "samplewise_center": True}
    batches = []
    for ordering, x in (("tf", PICTURES), ("th", PICTURES.transpose(0, 3, 1, 2))):
        batch = next(ImageDataGenerator(dim_ordering=ordering, **options).flow(x, batch_size=6, seed=5))
        batches.append(batch if ordering == "tf" else batch.transpose(0, 2, 3, 1))
    np.testing.assert_allclose(*batches, rtol=1e-6)


def test_a_seed_repeats_every_batch():
    change = ImageDataGenerator(rotation_range=90, channel_shift_range=0.5, dim_ordering="tf")
    flows = [change.flow(PICTURES, np.arange(6), batch_size=4, seed=7) for _ in range(2)]
    for _ in range(3):
        np.random.random(5)  # what others draw does not matter
        (x, y), (again, same) = (next(flow) for flow in flows)
        np.testing.assert_array_equal(x, again)
        np.testing.assert_array_equal(y, same)
    assert flows[0].total_batches_seen == 3 and flows[0].batch_index == 0


def test_batches_are_saved(tmp_path):
    pytest.importorskip("PIL")
    flow = ImageDataGenerator(dim_ordering="tf").flow(
        PICTURES, batch_size=4, shuffle=False, save_to_dir=str(tmp_path), save_prefix="x", save_format="png"
    )
    next(flow)
    names = sorted(p.name for p in tmp_path.iterdir())
    assert [n.split("_")[:2] for n in names] == [["x", str(i)] for i in range(4)]
    saved = img_to_array(load_img(str(tmp_path / names[0])), "tf")
    np.testing.assert_allclose(saved, PICTURES[0] / PICTURES[0].max() * 255, atol=1)
    assert sorted(list_pictures(str(tmp_path))) == [str(tmp_path / n) for n in names]


def test_arrays_and_pictures():
    """Only values below zero are moved up; the nearest pixels are taken for another size."""
    pytest.importorskip("PIL")
    values = np.array([[[1.0], [2.0]], [[3.0], [4.0]]])
    assert img_to_array(array_to_img(values, "tf"), "tf").ravel().tolist() == [63, 127, 191, 255]
    assert img_to_array(array_to_img(values - 2, "tf"), "th").tolist() == [[[0, 85], [170, 255]]]
    assert img_to_array(array_to_img(values, "tf", scale=False), "tf").ravel().tolist() == [1, 2, 3, 4]
    assert array_to_img(np.zeros((3, 2, 5)), "th").size == (5, 2)


def test_files_of_another_size(tmp_path):
    pytest.importorskip("PIL")
    array_to_img(np.array([[[0.0], [255.0]]]), "tf").save(tmp_path / "p.png")
    wide = img_to_array(load_img(str(tmp_path / "p.png"), grayscale=True, target_size=(1, 4)), "tf")
    assert wide.ravel().tolist() == [0, 0, 255, 255]
    assert load_img(str(tmp_path / "p.png")).mode == "RGB"


@pytest.mark.parametrize(
    ("mode", "labels"),
    [("categorical", [[1, 0], [0, 1]]), ("binary", [0.0, 1.0]), ("sparse", [0, 1]), (None, None)],
)
def test_labels_of_folders(tmp_path, mode, labels):
    pytest.importorskip("PIL")
    for name in ("a", "b"):
        (tmp_path / name / "inside").mkdir(parents=True)
        array_to_img(PICTURES[0], "tf").save(tmp_path / name / "inside" / "p.PNG")
        (tmp_path / name / "notes.txt").write_text("no picture")
    change = ImageDataGenerator(dim_ordering="th")
    flow = change.flow_from_directory(str(tmp_path), (4, 6), "grayscale", class_mode=mode, batch_size=2, shuffle=False)
    batch = next(flow)
    x = batch if mode is None else batch[0]
    assert x.shape == (2, 1, 4, 6) and flow.image_shape == (1, 4, 6) and flow.nb_sample == 2
    assert mode is None or batch[1].tolist() == labels


def test_what_needs_all_pictures_says_so():
    change = ImageDataGenerator(featurewise_center=True, dim_ordering="tf")
    with pytest.warns(UserWarning, match=r"featurewise_center has no effect yet.*fit\(X\)"):
        np.testing.assert_array_equal(change.standardize(PICTURES[0]), PICTURES[0])
    change.fit(PICTURES, augment=True, rounds=2, seed=1)
    np.testing.assert_allclose(change.mean.ravel(), PICTURES.mean((0, 1, 2)), rtol=1e-5)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: ImageDataGenerator(dim_ordering="th").flow(PICTURES), ShapeError, '"th" channels are on axis 1'),
        (lambda: ImageDataGenerator(dim_ordering="tf").fit(PICTURES[..., :2]), ShapeError, "1, 3 or 4 channels"),
        (lambda: ImageDataGenerator(zoom_range=(1, 2, 3)), ArgumentError, "zoom_range"),
        (lambda: ImageDataGenerator(dim_ordering="first"), ArgumentError, "first"),
        (lambda: ImageDataGenerator().flow_from_directory("no/such/folder"), ArgumentError, "no folder"),
        (lambda: ImageDataGenerator().flow_from_directory(".", color_mode="grey"), ArgumentError, "color_mode"),
        (lambda: ImageDataGenerator().flow_from_directory(".", class_mode="one"), ArgumentError, "class_mode"),
        (lambda: ImageDataGenerator().flow_from_directory(".", classes=["nothing"]), ArgumentError, "no pictures"),
        (lambda: array_to_img(np.zeros((2, 2))), ShapeError, "three axes"),
        (lambda: array_to_img(np.zeros((2, 2, 4)), "tf"), ShapeError, "1 or 3 channels"),
    ],
)
def test_refusals(make, error, message):
    with pytest.raises(error, match=message):
        make()
