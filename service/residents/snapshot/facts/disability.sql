-- Care in an institution (the certificate itself needs no working out), and wheelchair vehicles.

CREATE TABLE care AS
SELECT person_id, bool_or(kind = '机构托养' AND in_force(from_date, to_date)) AS entrusted
FROM cl_serv
GROUP BY person_id;

CREATE TABLE vehicle AS
SELECT
    person_id,
    bool_or(kind = '机动轮椅车' AND status = '正常' AND registered_on <= last_day()) AS wheelchair
FROM ga_veh
GROUP BY person_id;
