"""Epidemiology on arrays (流行病学分析): what an expert group computes, each method held to the reference that its field trusts.

Pure: numpy, scipy and the standard library; no files, no network, no clock. Time is the last axis, a missing day is NaN, days are
civil days of the city, R has no unit, rates are per day. Every error is a `BadData` that says what is wrong with the data.
"""
