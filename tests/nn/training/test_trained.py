from pipeline.nn.training.trained import EarlyStopping


def test_keeps_the_lowest_loss_even_where_it_is_no_progress() -> None:
    stopping = EarlyStopping(patience=100, improvement=0.995)
    assert stopping.update(50, 1.0)
    assert stopping.update(100, 0.996)
    assert (stopping.best, stopping.best_epoch, stopping.progress_epoch) == (0.996, 100, 50)
    assert not stopping.update(150, 0.997)
    assert stopping.should_stop(150)


def test_progress_renews_patience() -> None:
    stopping = EarlyStopping(patience=100, improvement=0.995)
    stopping.update(50, 1.0)
    stopping.update(100, 0.99)
    assert not stopping.should_stop(199)
    assert stopping.should_stop(200)


def test_an_equal_loss_is_not_better() -> None:
    stopping = EarlyStopping(patience=10, improvement=1.0)
    stopping.update(1, 0.5)
    assert not stopping.update(2, 0.5)
    assert stopping.best_epoch == 1
