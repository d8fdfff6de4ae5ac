"""From the network's rectangle to the box that is cut, as the program's `crop` does with its defaults."""
import math

MARGIN, LONGEST, LEAST = 0.1, 512, 64


def crop_box(rectangle, width, height):
    """Left, top, right, bottom in pixels of the upright photograph, which was squashed onto the canvas."""
    mu1, mu2, sigma1, sigma2, alpha = (float(value) for value in rectangle)
    half_u = abs(math.cos(alpha)) * sigma1 + abs(math.sin(alpha)) * sigma2
    half_v = abs(math.sin(alpha)) * sigma1 + abs(math.cos(alpha)) * sigma2
    left, right = interval((mu1 + 1) / 2 * width, half_u * width / 2, width)
    top, bottom = interval((mu2 + 1) / 2 * height, half_v * height / 2, height)
    return left, top, right, bottom


def interval(center, half, length):
    """With its margin; moved inside where it reaches out."""
    size = min(length, max(LEAST, round(2 * half * (1 + 2 * MARGIN))))
    low = min(max(0, round(center - size / 2)), length - size)
    return low, low + size


def output_size(width, height):
    scale = min(1, LONGEST / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def shrink_for_crop(width, height):
    """The coarsest of a JPEG's scales at which a crop of this size still has all its output's pixels."""
    out = output_size(width, height)
    return max(s for s in (1, 2, 4, 8) if width / s >= out[0] and height / s >= out[1])


def shrink_for_all(width, height, side):
    """The scale for one decode that serves both: twice the canvas, and a crop of 40 % of the longer side."""
    serves = [s for s in (1, 2, 4, 8) if min(width, height) / s >= 2 * side and max(width, height) * 0.4 / s >= LONGEST]
    return max(serves, default=1)
